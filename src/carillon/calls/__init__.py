"""What happens to a call: values in, decisions out. No input or output, no clock, no Django."""
