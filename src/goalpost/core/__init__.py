"""What is true: frozen dataclasses and pure functions, without I/O, clock or HTTP."""
