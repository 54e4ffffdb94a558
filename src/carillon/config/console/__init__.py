"""The operator's commands: `carillon group add`, `carillon line import` ... (docs/operations/command-line.md)."""
