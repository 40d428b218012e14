"""RT's REST 2.0, byte for byte where clients look."""
