"""The child's half: what runs in a process of its own, beside a stranger's model."""
