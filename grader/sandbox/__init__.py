"""The trusted end of the line: start workers, watch them, believe nothing they say."""
