"""What the templates receive: one frozen record for each page, each field says what it is for."""
