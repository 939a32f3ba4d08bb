"""The web application of Ringdesk: sign-in, REST, the live websocket, and the browser console it serves."""
