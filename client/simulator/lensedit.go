package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// maxLenses bounds the lenses that are registered and cloned.
const maxLenses = 256

// registerLens makes a lens of {"lens_config": {"lens_name", "lens_config": {...}}}. The name alone
// is enough.
func (s *Simulator) registerLens(w http.ResponseWriter, r *http.Request) {
	body, ok := readJSON(w, r)
	if !ok {
		return
	}
	outer, _ := body["lens_config"].(map[string]any)
	name, ok := required(w, outer, "lens_name")
	if !ok {
		return
	}
	config, _ := outer["lens_config"].(map[string]any)
	if config == nil {
		config = map[string]any{}
	}
	s.addLens(w, name, config)
}

// cloneLens copies a lens and notes its origin.
func (s *Simulator) cloneLens(w http.ResponseWriter, r *http.Request) {
	_, id, ok := readWith(w, r, "lens_id")
	if !ok {
		return
	}
	l, ok := s.requiredLens(w, id)
	if !ok {
		return
	}
	config := deepCopy(l.Config).(map[string]any)
	config["origin_lens_id"] = l.ID
	s.addLens(w, l.Name+" (clone)", config)
}

// modifyLens overwrites the name and configuration of a lens.
func (s *Simulator) modifyLens(w http.ResponseWriter, r *http.Request) {
	body, l, ok := s.readModifiable(w, r)
	if !ok {
		return
	}
	changed := *l // sessions and answers under way keep the old one
	if name, ok := body["lens_name"].(string); ok && name != "" {
		changed.Name = name
	}
	if config, ok := body["lens_config"].(map[string]any); ok {
		changed.Config = config
	}
	s.mu.Lock()
	if i := slices.Index(s.lenses, l); i >= 0 {
		s.lenses[i] = &changed
	}
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, changed.record())
}

// deleteLens takes a lens away. Its sessions continue.
func (s *Simulator) deleteLens(w http.ResponseWriter, r *http.Request) {
	_, l, ok := s.readModifiable(w, r)
	if !ok {
		return
	}
	s.mu.Lock()
	s.lenses = slices.DeleteFunc(slices.Clone(s.lenses), func(other *lens) bool { return other == l })
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, l.record())
}

func (s *Simulator) addLens(w http.ResponseWriter, name string, config map[string]any) {
	s.mu.Lock()
	if len(s.lenses) >= maxLenses {
		s.mu.Unlock()
		writeErrors(w, http.StatusConflict, "capacity_reached", fmt.Sprintf("There are %d lenses already.", maxLenses))
		return
	}
	l := &lens{
		ID: fmt.Sprintf("lns-%s-%08x", slug(name), s.rng.Uint32()), Name: name,
		Status: "LENS_STATUS_REGISTERED", Modifiable: true, Config: config,
	}
	s.lenses = append(s.lenses, l)
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, l.record())
}

// slug is the part of a custom lens's id that comes from its name.
func slug(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	s := strings.Join(words, "-")
	return strings.Trim(s[:min(len(s), 16)], "-")
}

// requiredLens answers by itself if there is no such lens.
func (s *Simulator) requiredLens(w http.ResponseWriter, id string) (*lens, bool) {
	for _, l := range s.lensList() {
		if l.ID == id {
			return l, true
		}
	}
	writeErrors(w, http.StatusNotFound, "lens_not_found", "Unknown lens id: "+id)
	return nil, false
}

// readModifiable reads a body that names a lens. It also answers by itself if the lens is built in.
func (s *Simulator) readModifiable(w http.ResponseWriter, r *http.Request) (map[string]any, *lens, bool) {
	body, id, ok := readWith(w, r, "lens_id")
	if !ok {
		return nil, nil, false
	}
	l, ok := s.requiredLens(w, id)
	if ok && !l.Modifiable {
		writeErrors(w, http.StatusConflict, "lens_not_modifiable", "The lens "+id+" is built in.")
		return nil, nil, false
	}
	return body, l, ok
}
