"""What a monitor and an operator see: probes, figures, one line for each request and job."""
