"""Reading pickle streams without running them: the machine, the allow-list, the policy."""
