"""What any room may use and what imports nothing of ours: argument checks, whole files, archives, tables, TOML."""
