"""ONNX: a compiler of our own for containers and wires, and converters by family."""
