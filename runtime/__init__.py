"""What every process needs: settings, structured logs, correlation, health and orderly shutdown."""
