"""Widgets for notebooks: the lab, and questions to answer before pressing the button."""

from statefulkit.widgets.lab import StatefulLab
from statefulkit.widgets.predict import Prediction

__all__ = ["Prediction", "StatefulLab"]
