"""The plugin of pytest that collects a lab's public checks."""
