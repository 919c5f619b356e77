"""Live functions: what one does, as an expression (`function`), or why it has none (`reasons`)."""
