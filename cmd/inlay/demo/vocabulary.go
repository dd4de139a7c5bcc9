package demo

import "strings"

// weighted is a list to draw from; the first ones more often where weights say so.
type weighted struct {
	names []string
	cum   []float64 // cumulative, the last is 1
}

// words reads "name weight name weight …"; an underscore stands for a blank.
func words(s string) weighted {
	var w weighted
	f := strings.Fields(s)
	total := 0.0
	for i := 0; i+1 < len(f); i += 2 {
		n := 0.0
		for _, d := range f[i+1] {
			n = n*10 + float64(d-'0')
		}
		total += n
		w.names = append(w.names, strings.ReplaceAll(f[i], "_", " "))
		w.cum = append(w.cum, total)
	}
	for i := range w.cum {
		w.cum[i] /= total
	}
	return w
}

// pick maps u in [0,1) to a position.
func (w *weighted) pick(u float64) int32 {
	for i, c := range w.cum {
		if u < c {
			return int32(i)
		}
	}
	return int32(len(w.cum) - 1)
}

var (
	countries = words("DE 24 FR 17 GB 15 NL 9 ES 8 IT 8 PL 6 SE 5 AT 4 CH 4")
	cities    = []weighted{
		words("Berlin 30 Hamburg 16 München 15 Köln 10 Frankfurt 8 Leipzig 6 Dresden 5 Bremen 4 Nürnberg 4"),
		words("Paris 40 Lyon 12 Marseille 11 Toulouse 8 Nice 6 Nantes 5 Lille 5"),
		words("London 44 Manchester 10 Birmingham 10 Leeds 7 Glasgow 6 Bristol 5"),
		words("Amsterdam 25 Rotterdam 18 Utrecht 12 Den_Haag 11 Eindhoven 7"),
		words("Madrid 35 Barcelona 25 Valencia 9 Sevilla 8 Bilbao 5"),
		words("Roma 28 Milano 22 Napoli 10 Torino 9 Bologna 6"),
		words("Warszawa 30 Kraków 15 Wrocław 11 Gdańsk 8 Poznań 7"),
		words("Stockholm 35 Göteborg 18 Malmö 10 Uppsala 6"),
		words("Wien 50 Graz 12 Linz 9 Salzburg 8"),
		words("Zürich 30 Genève 15 Basel 12 Bern 10"),
	}
	segments  = words("consumer 78 family 13 business 9")
	channels  = words("web 52 app 38 phone 6 store 4")
	devices   = words("mobile 58 desktop 34 tablet 8")
	coupons   = words("WELCOME10 40 SUMMER 20 FREESHIP 25 LOYAL15 15")
	statuses  = words("processing 1 shipped 1 delivered 1 returned 1 cancelled 1")
	eventKind = words("view 1 search 1 cart 1 purchase 1")
	first     = words("Anna 9 Lukas 8 Marie 9 Paul 8 Sofia 7 Emma 9 Jan 7 Julia 8 Louis 6 Clara 6 Mateo 5 Lucía 5 Giulia 6 Marco 6 Zofia 4 Jakub 4 Elsa 4 Nils 4 Olivia 7 James 7 Amira 3 Yusuf 3 Chiara 4 Hugo 5 Léa 6 Noah 7 Mia 8 Ben 7 Eva 5 Tom 6")
	last      = words("Müller 9 Schmidt 8 Weber 6 Fischer 6 Martin 8 Bernard 6 Dubois 5 Smith 8 Jones 7 Taylor 5 Brown 5 de_Vries 5 Jansen 5 García 7 López 5 Rossi 6 Russo 5 Nowak 5 Kowalski 4 Andersson 4 Johansson 4 Gruber 4 Huber 3 Meier 4 Keller 4 Öztürk 2 Nguyen 3 Wagner 5 Becker 5 Petit 4")
	brands    = words("Alder 10 Brook 9 Cinder 8 Dune 7 Ember 6 Fjord 6 Grove 5 Heath 5 Inlet 4 Juniper 4 Kestrel 3 Lark 3")
	searches  = words("gift 9 sale 8 shoes 7 lamp 5 headphones 6 tent 4 coffee 6 book 6 jacket 5 toy 5 desk 4 bike 4")
)

// category has prices of its own: a typical one in cents and how far they
// spread, as the deviation of their logarithm.
type category struct {
	name    string
	weight  float64 // share of products
	typical float64
	spread  float64
	nouns   []string
}

var categories = []category{
	{"books", 0.22, 1490, 0.45, []string{"Novel", "Cookbook", "Atlas", "Guide", "Biography"}},
	{"clothing", 0.20, 3990, 0.6, []string{"Jacket", "Shirt", "Scarf", "Jeans", "Socks"}},
	{"home", 0.17, 4990, 0.8, []string{"Lamp", "Chair", "Blanket", "Shelf", "Mug"}},
	{"kitchen", 0.13, 2990, 0.7, []string{"Pan", "Kettle", "Knife", "Coffee Maker", "Bowl"}},
	{"toys", 0.10, 1990, 0.6, []string{"Puzzle", "Train", "Blocks", "Kite", "Game"}},
	{"sports", 0.10, 5990, 0.8, []string{"Tent", "Ball", "Yoga Mat", "Helmet", "Skis"}},
	{"electronics", 0.08, 14990, 0.9, []string{"Headphones", "Speaker", "Tablet", "Camera", "Charger"}},
}

// monthWeight is the season: how busy each month of the year is.
var monthWeight = [12]float64{0.86, 0.82, 0.92, 0.95, 0.98, 0.93, 0.88, 0.90, 0.99, 1.05, 1.35, 1.62}

// dayWeight and hourWeight shape the week, from Sunday, and the day, in UTC.
var (
	dayWeight  = [7]float64{1.18, 1.02, 0.92, 0.90, 0.93, 0.98, 1.10}
	hourWeight = [24]float64{0.35, 0.2, 0.12, 0.08, 0.08, 0.15, 0.4, 0.7, 0.95, 1.1, 1.15, 1.2, 1.3, 1.15, 1.05, 1.05, 1.1, 1.25, 1.5, 1.75, 1.85, 1.6, 1.1, 0.65}
)
