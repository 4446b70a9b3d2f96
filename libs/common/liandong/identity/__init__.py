"""Who is asking, and may they.

``actors`` who acts · ``tokens`` a bearer token becomes an actor · ``jwks`` the issuer's keys ·
``dependencies`` for endpoints · ``guards`` for use cases · ``client`` this service's own token ·
``development`` an issuer for everywhere but production.
"""
