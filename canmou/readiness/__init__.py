"""Before anything happens: self-check, profile, registers, risk, plan check, year plan.

Pure logic: it reads the engine and its own data files, and knows neither the store nor the web.
"""
