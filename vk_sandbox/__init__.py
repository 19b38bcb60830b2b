"""A stand-in for VK's API on the loopback interface. It is not VK and shares no code with VK or with its clients."""
