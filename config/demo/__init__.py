"""A shop's month for people who try Redress out: invented people, orders and complaints."""
