"""Java, in the process that has it: the library calls and the engines."""
