package simulator

// scene is what a camera or a set of sensors looks at: sentences with slots in braces, and what
// fills the slots. Some of it is not ASCII, as the answers of a language model are not.
type scene struct {
	sentences []string
	slots     map[string][]string
}

// cameraScenes are taken in turn by the sessions of camera lenses.
var cameraScenes = []scene{constructionSite, warehouse, laboratory}

var constructionSite = scene{
	sentences: []string{
		"A construction worker wearing a hard hat and safety vest {carries} {load} {place}.",
		"Two workers {guide} {load} into position {place} while a third gives hand signals.",
		"The tower crane swings {load} over the site; the ground below it is clear.",
		"The tower crane is idle – a rigger checks the slings before the next lift.",
		"{worker} climbs the scaffold {place}, clipped on at every level.",
		"{worker} is working at height {place} without a visible harness.",
		"Alert: {worker} has entered the exclusion zone under the suspended load.",
		"The exclusion zone is empty again; the lift continues.",
		"An excavator digs {place} and loads a waiting tipper. Nobody is within its reach.",
		"An excavator reverses {place}; a banksman in a yellow vest walks ahead of it.",
		"A concrete mixer has arrived {place}. {worker} lowers the chute – nobody stands behind it.",
		"Workers spread and level fresh concrete {place}; the slab is about {percent} covered.",
		"{worker} ties rebar {place}, kneeling on a board.",
		"{worker} is cutting a beam {place}. Sparks are visible; a fire extinguisher stands nearby.",
		"{worker} removes their helmet {place} and wipes their forehead.",
		"Three people in white helmets study a drawing {place}.",
		"A delivery of {load} is being unloaded {place} with a telehandler.",
		"Rain has begun – two workers cover {load} with a tarpaulin.",
		"Dust rises {place}; a worker sprays water to bind it.",
		"The site is quiet – tools are laid down {place}, it appears to be a break.",
		"Work resumes {place}: {worker} picks up {tool}.",
		"{worker} hands {tool} down to a colleague {place}.",
		"A surveyor sets up a total station {place} and sights on the façade.",
		"Vehicle traffic has stopped at the gate while a 20 m truss is brought in.",
	},
	slots: map[string][]string{
		"worker":  {"A worker in an orange vest", "A worker in a blue helmet", "A scaffolder", "A steel fixer", "One worker", "A worker with a yellow helmet"},
		"carries": {"carries", "sets down", "measures", "inspects", "wheels"},
		"guide":   {"guide", "lower", "steady", "align"},
		"load":    {"a bundle of rebar", "a precast panel", "formwork boards", "a pallet of bricks", "a steel beam", "insulation sheets"},
		"place":   {"on the east side", "near the stairwell", "at grid line C4", "beside the site office", "on level 3", "at the north gate", "next to the crane base"},
		"percent": {"a third", "half", "two thirds", "almost all"},
		"tool":    {"an angle grinder", "a nail gun", "a spirit level", "a torque wrench", "a length of chain"},
	},
}

var warehouse = scene{
	sentences: []string{
		"A forklift carries {goods} down {aisle}; its beacon is on.",
		"{picker} scans {goods} in {aisle} and places it on a trolley.",
		"A forklift and a pedestrian meet at the end of {aisle}. Both stop; the forklift gives way.",
		"Alert: {picker} steps into {aisle} between a reversing forklift and the rack.",
		"The conveyor is running. Parcels pass at about {rate} a minute.",
		"The conveyor has stopped – a parcel is wedged at the second bend.",
		"{picker} frees the jam at the second bend, and the conveyor starts again.",
		"{picker} wraps {goods} in film at the packing station.",
		"Dock {dock} is open; {goods} is rolled out of the trailer.",
		"Dock {dock} is closed and the trailer has left.",
		"A pallet in {aisle} leans to the left: it overhangs the beam by roughly 10 cm.",
		"{picker} restacks the leaning pallet in {aisle}.",
		"An automated guided vehicle waits in {aisle} for {picker} to pass.",
		"Two people count stock in {aisle} with a tablet.",
		"The aisle is empty except for a ladder left against the rack.",
		"Liquid is visible on the floor near dock {dock}; someone puts up a warning sign.",
		"The floor near dock {dock} is dry again and the sign has gone.",
		"A reach truck lowers {goods} from the fourth level, slowly and straight.",
		"Shift change: about {rate} people walk along the marked path to the exit.",
		"{picker} drives an electric pallet jack through {aisle} – faster than walking pace.",
	},
	slots: map[string][]string{
		"goods":  {"a pallet of drums", "a mixed pallet", "a roll cage", "a crate marked “fragile”", "a stack of cartons", "a pallet of bottled water"},
		"picker": {"A picker in a green vest", "An employee", "A picker with a headset", "Someone in a grey jacket", "A team leader"},
		"aisle":  {"aisle 4", "aisle 7", "aisle 12", "the cross aisle", "the cold aisle (−18 °C)"},
		"dock":   {"2", "3", "5", "8"},
		"rate":   {"12", "20", "25", "30"},
	},
}

var laboratory = scene{
	sentences: []string{
		"{person} pipettes a clear liquid into a {vessel} at the bench.",
		"{person} labels a {vessel} and sets it in the rack.",
		"The centrifuge is spinning with its lid closed; the display shows {speed} rpm.",
		"The centrifuge has stopped. {person} opens the lid and removes four tubes.",
		"{person} works in the fume hood with the sash at the marked height.",
		"The sash of the fume hood is fully open – nobody is working at it.",
		"{person} closes the sash of the fume hood.",
		"Alert: {person} handles a {vessel} without eye protection.",
		"{person} puts on safety glasses and returns to the bench.",
		"A robot arm moves a well plate from the {station} to the {other}.",
		"The robot arm waits – the {station} is occupied.",
		"A liquid in the {vessel} changes from colourless to pale yellow.",
		"The water bath reads {temp}; {person} places a {vessel} in it.",
		"{person} writes in a notebook beside the microscope.",
		"Two people look at a screen showing a chromatogram with three peaks.",
		"{person} wipes the bench and throws gloves into the yellow bin.",
		"The door opens; {person} enters with a trolley of {vessel}s.",
		"The laboratory is empty. The lights over the {station} are still on.",
		"{person} calibrates the balance; it settles at 0.0000 g.",
		"The refrigerator door has been open for about a minute.",
	},
	slots: map[string][]string{
		"person":  {"A technician", "A scientist in a white coat", "A person with purple gloves", "A colleague", "The second technician"},
		"vessel":  {"flask", "vial", "beaker", "test tube", "sample cup"},
		"speed":   {"3,000", "8,500", "12,000"},
		"station": {"incubator", "plate reader", "dispenser"},
		"other":   {"washer", "sealer", "shaker"},
		"temp":    {"37.0 °C", "42.5 °C", "60.0 °C"},
	},
}

// coldStore is what the sensor log lens summarises.
var coldStore = scene{
	sentences: []string{
		"All {n} sensors report. Mean temperature {temp}, no alarms.",
		"Sensor {sensor} reads {temp}, above its neighbours by {delta}. The door log shows it open for 40 s.",
		"Sensor {sensor} is back within {delta} of its neighbours.",
		"Compressor {unit} started; its current settled at 11.4 A within 6 s.",
		"Compressor {unit} has cycled three times in ten minutes, more often than usual.",
		"Humidity in the anteroom rose to 71 % and is falling again.",
		"Two consecutive readings of sensor {sensor} are missing; the radio link is weak.",
		"Defrost of evaporator {unit} began. A rise of up to {delta} is expected.",
		"Defrost of evaporator {unit} ended; temperature {temp}.",
		"Nothing out of the ordinary in the last ten readings.",
	},
	slots: map[string][]string{
		"n":      {"12", "14"},
		"sensor": {"T-03", "T-07", "T-11"},
		"temp":   {"−18.2 °C", "−17.9 °C", "−18.6 °C", "−16.8 °C"},
		"delta":  {"0.8 K", "1.4 K", "2.1 K"},
		"unit":   {"A", "B"},
	},
}
