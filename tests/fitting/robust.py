"""Least squares with errors that trust no common variance, by their definition."""

import numpy as np


def hc3(design, y, weights=None):
    """Return coefficients and HC3 covariance, by their definition."""
    root = np.sqrt(np.ones(len(y)) if weights is None else weights)
    x, y = design * root[:, None], y * root
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ y
    leverage = np.einsum("ij,jk,ik->i", x, bread, x)
    scaled = (y - x @ beta) / (1 - leverage)
    return beta, bread @ (x.T * scaled**2) @ x @ bread
