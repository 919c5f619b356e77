"""Functions of the user's own as ONNX: trace, say each operation, try it in the runtime."""
