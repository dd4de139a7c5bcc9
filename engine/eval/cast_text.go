package eval

func (c *caster) strings() (node, bool, error) { return nil, false, nil }
func (c *caster) others() (node, bool, error)  { return nil, false, nil }
