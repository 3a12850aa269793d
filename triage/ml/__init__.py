"""Triage by text alone: features, classifiers, calibration, risk rules and priority points.

Plain Python on numpy, scipy and scikit-learn; no Django, no database, no other room of the house.
"""
