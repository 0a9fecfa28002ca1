"""matchprep: get a people list ready for an audience provider, and know its match rate first."""
