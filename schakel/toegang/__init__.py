"""Who calls, and what they may do (docs/toegang.md).

`oidc` finds out who somebody is, hub/medewerkers.py knows their roles, `bevoegdheden.yaml` says which role may do what,
`bewaking` holds every request against it and writes the audit log. A route declares `Depends(mag(Handeling.X))`.
"""
