"""Revocation 撤销登记 for causes that are no penalty: proposed, noticed, heard, decided by two."""
