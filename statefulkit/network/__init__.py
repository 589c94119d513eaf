"""The cluster's network: what DNS answers, how a Pod asks, and where a connection ends up."""
