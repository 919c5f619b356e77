"""What a traced function is handed instead of data: they look alike, and record what is done."""
