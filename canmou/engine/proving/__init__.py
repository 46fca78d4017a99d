"""A rule base that proves itself: what no reader sees, found and shown as an incident."""
