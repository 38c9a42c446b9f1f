"""What a Matplotlib figure shows, judged from its data (first version, being written)."""
