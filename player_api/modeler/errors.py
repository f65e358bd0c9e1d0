"""Why a deployment is refused.

ModelerError
└── DeploymentRefused
"""


class ModelerError(Exception):
    """A request of Camunda Modeler can't be carried out."""


class DeploymentRefused(ModelerError):
    """The files can't become a script; nothing was changed."""
