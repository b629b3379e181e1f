"""One input integrated out exactly: cdf, quantiles, moments and density without its noise."""
