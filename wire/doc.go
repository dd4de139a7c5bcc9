// Package wire speaks the Postgres protocol, version 3: one connection, from
// accept to close. Nothing here knows Arrow's layout or a plan.
//
//	accept ─► startup (TLS, authentication) ─► ready ─┬─► Query ──────────────► ready
//	              │                                   ├─► Parse Bind Execute … Sync ─► ready
//	              └─► CancelRequest: find the         │        │ error
//	                  connection, cancel, close       │        ▼
//	                                                  │      skip to Sync ─────► ready
//	                                                  └─► Terminate: close
//
// Handlers report failure by returning an error and send nothing of it;
// conn.run turns the error into one ErrorResponse.
package wire
