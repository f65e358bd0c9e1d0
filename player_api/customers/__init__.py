"""What happens to customers' data."""
