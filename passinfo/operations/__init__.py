"""Operations: what the operator watches."""
