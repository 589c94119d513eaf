"""What an API server does before it stores: read, default, validate, patch, select, refuse."""
