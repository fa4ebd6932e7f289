"""Messages: what concerns somebody is told to them, derived from the audit trail."""
