package simulator

// Bounds of what one mailbox keeps and hands out.
const (
	maxMailboxClients = 64
	maxMailboxRead    = 100
)

// mailbox keeps output for session.read. Each client_id reads it from the oldest message that is
// retained, at its own rate. Its owner locks.
type mailbox struct {
	ring    *ring
	clients []mailboxClient // least recently seen first
}

type mailboxClient struct {
	id  string
	pos uint64
}

// read returns the next payloads for a client, nil if there is nothing new.
func (m *mailbox) read(clientID string) [][]byte {
	c := mailboxClient{id: clientID}
	for i, known := range m.clients {
		if known.id == clientID {
			c = known
			m.clients = append(m.clients[:i:i], m.clients[i+1:]...)
			break
		}
	}
	var out [][]byte
	for _, it := range m.ring.after(c.pos, maxMailboxRead) {
		for ; it.n > 0 && len(out) < maxMailboxRead; it = it.from(it.seq + 1) {
			out = append(out, it.event())
			c.pos = it.seq + 1
		}
	}
	m.clients = append(m.clients, c)
	if len(m.clients) > maxMailboxClients {
		m.clients = m.clients[1:]
	}
	return out
}

// event is the JSON of the item's first event.
func (it item) event() []byte {
	if it.load != nil {
		return it.load.event(it.seq, it.at)
	}
	return it.payload
}
