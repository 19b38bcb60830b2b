"""FLOOR 2. The shell around core: reads what is, plans, carries the plan out and writes down what happened."""
