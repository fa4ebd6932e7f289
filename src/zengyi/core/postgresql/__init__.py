"""PostgreSQL as Django knows it, with one thing made cheap: seeing that a kept connection is gone."""
