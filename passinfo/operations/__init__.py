"""Operations: what the operator watches and orders."""
