package source

import "sync"

// sniffCache remembers what files looked like; it forgets all when it is full.
type sniffCache struct {
	mu  sync.Mutex
	all map[string]*sniffedText
}

const maxSniffs = 4096

func (c *sniffCache) get(key string) *sniffedText {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all[key]
}

func (c *sniffCache) put(key string, s *sniffedText) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil || len(c.all) >= maxSniffs {
		c.all = map[string]*sniffedText{}
	}
	c.all[key] = s
}
