"""The arrival model: what the road usually takes, what it takes now, and what is left is learned."""
