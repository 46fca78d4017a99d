"""Canmou (参谋): rule-based decision support for public emergencies at the local level."""

__version__ = "0.3.2"
