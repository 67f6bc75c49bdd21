"""How a sign-in is made safe: second factors, sessions and their ends, proving again who one is. Built on allauth."""
