"""参与资格: whether an organisation may supply services, rule by rule, with the facts."""
