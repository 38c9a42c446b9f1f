"""The nouns: frozen, validated, without behaviour that touches a file or a process."""
