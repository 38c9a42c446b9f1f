"""What other systems read: one module a format, each a pure function to text or bytes."""
