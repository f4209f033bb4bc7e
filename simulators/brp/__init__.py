"""Stand-ins for what the BRP sends and answers; one module per way in."""
