import type { FaultTexts } from '@tri/units'

export const fileFaults = {
  'files-number': {
    en: 'An import takes 1 to {filesMax} files; {files} were given.',
    it: 'Un’importazione prende da 1 a {filesMax} file; ne sono stati dati {files}.',
  },
  'file-zipped': {
    en: 'This is a zip archive or a spreadsheet. Unpack it, or save the sheet as CSV.',
    it: 'Questo è un archivio zip o un foglio di calcolo. Estrailo, o salva il foglio come CSV.',
  },
  'file-not-text': {
    en: 'This is neither text (UTF-8, UTF-16, Latin-1) nor Parquet. Export the readings as CSV in UTF-8.',
    it: 'Questo non è né testo (UTF-8, UTF-16, Latin-1) né Parquet. Esporta le letture come CSV in UTF-8.',
  },
  'file-broken': {
    en: 'The file ends early or is damaged ({reason}). Fetch it again.',
    it: 'Il file finisce prima del dovuto o è danneggiato ({reason}). Scaricalo di nuovo.',
  },
  'file-empty': {
    en: 'The file is empty. The first line must be a header such as meter,from,import_wh,export_wh.',
    it: 'Il file è vuoto. La prima riga deve essere un’intestazione come meter,from,import_wh,export_wh.',
  },
  'line-too-long': {
    en: 'The line has more than {bytesMax} bytes: this is no readings file, or its lines end in an unknown way.',
    it: 'La riga ha più di {bytesMax} byte: non è un file di letture, o le righe finiscono in modo sconosciuto.',
  },
  'row-group-too-large': {
    en: 'A row group of this Parquet file has {rows} rows; at most {rowsMax} fit in memory. Write it with smaller row groups.',
    it: 'Un gruppo di righe di questo file Parquet ha {rows} righe; in memoria ne stanno al massimo {rowsMax}. Scrivilo con gruppi più piccoli.',
  },
  'header-unreadable': {
    en: 'The header "{header}" is none we know: it needs meter, from, import_wh and export_wh, parted by comma, semicolon, tab or |. If another character parts the columns, pass --delimiter.',
    it: 'L’intestazione «{header}» non è tra quelle note: servono meter, from, import_wh ed export_wh, separati da virgola, punto e virgola, tabulazione o |. Se le colonne sono separate da altro, passa --delimiter.',
  },
  'column-twice': {
    en: 'The header has the column "{column}" twice. Remove one.',
    it: 'L’intestazione ha due volte la colonna «{column}». Togline una.',
  },
  'column-unreadable': {
    en: 'The column "{column}" is not of the form meter.import_wh or meter.export_kwh. Rename or remove it.',
    it: 'La colonna «{column}» non ha la forma contatore.import_wh o contatore.export_kwh. Rinominala o toglila.',
  },
  'columns-ignored': {
    en: 'These columns were passed over: {columns}.',
    it: 'Queste colonne sono state ignorate: {columns}.',
  },
  'direction-missing': {
    en: 'There is a column for {present} but not "{column}". Add it, or pass --absent-direction zero if it is always 0.',
    it: 'C’è una colonna per {present} ma non «{column}». Aggiungila, o passa --absent-direction zero se è sempre 0.',
  },
  'registers-mixed': {
    en: '{of}the columns mix registers with energies, or give a direction twice. Keep one import and one export of the same sort.',
    it: '{of}le colonne mescolano registri ed energie, o danno due volte una direzione. Tieni un import e un export dello stesso tipo.',
  },
  'unit-unstated': {
    en: 'The column "{column}" does not say its unit. Name it {column}_wh or {column}_kwh, or pass --unit wh or --unit kwh.',
    it: 'La colonna «{column}» non dice la sua unità. Chiamala {column}_wh o {column}_kwh, o passa --unit wh o --unit kwh.',
  },
  'unit-is-power': {
    en: 'The column "{column}" is a power ({unit}), not an energy. If it is the mean over each quarter hour, pass --unit {answer}: a quarter hour at 1 kW is 250 Wh. If it really is energy, pass --unit kwh or --unit wh.',
    it: 'La colonna «{column}» è una potenza ({unit}), non un’energia. Se è la media di ogni quarto d’ora, passa --unit {answer}: un quarto d’ora a 1 kW è 250 Wh. Se è davvero energia, passa --unit kwh o --unit wh.',
  },
  'unit-looks-kwh': {
    en: 'The header says Wh, but the values have decimals and none reaches {limit}: they look like kWh. Pass --unit kwh, or --unit wh if they are Wh.',
    it: 'L’intestazione dice Wh, ma i valori hanno decimali e nessuno arriva a {limit}: sembrano kWh. Passa --unit kwh, o --unit wh se sono Wh.',
  },
  'unit-looks-wh': {
    en: 'The header says kWh, but the values are whole numbers up to {largest}, which would be {powerKw} kW: they look like Wh. Pass --unit wh, or --unit kwh if they are kWh.',
    it: 'L’intestazione dice kWh, ma i valori sono interi fino a {largest}, cioè {powerKw} kW: sembrano Wh. Passa --unit wh, o --unit kwh se sono kWh.',
  },
  'decimal-unstated': {
    en: 'Is "{example}" a decimal number or one with thousands? Pass --decimal comma or --decimal point; thousands separators must go.',
    it: '«{example}» è un numero decimale o ha le migliaia? Passa --decimal comma o --decimal point; i separatori delle migliaia vanno tolti.',
  },
  'time-zone-unknown': {
    en: '--time-zone "{zone}" is not known. Use UTC, local (the community’s zone) or a name such as Europe/Rome.',
    it: '--time-zone «{zone}» non è noto. Usa UTC, local (il fuso della comunità) o un nome come Europe/Rome.',
  },
  'readings-none': {
    en: 'No reading was found in the files for the period. Check the files and --from, --to.',
    it: 'Nei file non c’è nessuna lettura per il periodo. Controlla i file e --from, --to.',
  },
  'readings-too-many': {
    en: 'The readings do not fit in memory. Import fewer days at a time with --from and --to.',
    it: 'Le letture non stanno in memoria. Importa meno giorni alla volta con --from e --to.',
  },
  'period-too-long': {
    en: 'The readings run from {from} ({fromFile}, line {fromLine}) to {until} ({untilFile}, line {untilLine}): too long for one import. Is one of these dates mistyped? Otherwise pass --from and --to.',
    it: 'Le letture vanno da {from} ({fromFile}, riga {fromLine}) a {until} ({untilFile}, riga {untilLine}): troppo per un’importazione. Una di queste date è sbagliata? Altrimenti passa --from e --to.',
  },
} as const satisfies FaultTexts

export const rowFaults = {
  'quote-open': {
    en: 'A quote is opened and never closed.',
    it: 'Una virgoletta è aperta e mai chiusa.',
  },
  'row-fields': {
    en: 'The row has {fields} fields, the header {expected} (parted by "{delimiter}"). A decimal comma between commas needs quotes or another delimiter.',
    it: 'La riga ha {fields} campi, l’intestazione {expected} (separati da «{delimiter}»). Una virgola decimale tra virgole vuole le virgolette o un altro separatore.',
  },
  'meter-unknown': {
    en: 'The meter "{id}" is not in the community file. Add it there, or remove its readings.',
    it: 'Il contatore «{id}» non è nel file della comunità. Aggiungilo lì, o togli le sue letture.',
  },
  'time-unreadable': {
    en: '"{text}" is no time we can read. Write 2026-05-01T10:00:00Z or 2026-05-01 12:00.',
    it: '«{text}» non è un orario leggibile. Scrivi 2026-05-01T10:00:00Z o 2026-05-01 12:00.',
  },
  'time-unaligned': {
    en: '"{text}" is inside a quarter hour: the reading would overlap two. Readings begin at :00, :15, :30 or :45.',
    it: '«{text}» è dentro un quarto d’ora: la lettura ne coprirebbe due. Le letture iniziano a :00, :15, :30 o :45.',
  },
  'time-zone-unstated': {
    en: 'The time "{text}" does not say whether it is UTC or local. Pass --time-zone UTC, --time-zone local ({zone}) or a zone.',
    it: 'L’orario «{text}» non dice se è UTC o locale. Passa --time-zone UTC, --time-zone local ({zone}) o un fuso.',
  },
  'date-order-unstated': {
    en: 'In "{text}", which is the day and which the month? Pass --date-order dmy or --date-order mdy.',
    it: 'In «{text}» qual è il giorno e quale il mese? Passa --date-order dmy o --date-order mdy.',
  },
  'local-hour-never': {
    en: 'The local time "{text}" never happened in {zone}: the clocks went forward over it. Are the times UTC? Then pass --time-zone UTC.',
    it: 'L’ora locale «{text}» non è mai esistita in {zone}: gli orologi l’hanno saltata. Gli orari sono UTC? Allora passa --time-zone UTC.',
  },
  'local-hour-twice': {
    en: 'The local time "{text}" happened twice in {zone}, and the rows before do not tell which is meant. Give the offset (+02:00 or +01:00), or all quarter hours in order.',
    it: 'L’ora locale «{text}» è avvenuta due volte in {zone}, e le righe prima non dicono quale si intende. Indica lo scarto (+02:00 o +01:00), o tutti i quarti d’ora in ordine.',
  },
  'interval-not-a-quarter': {
    en: 'The row runs from {from} to {until}, which is not a quarter hour: it would overlap other readings. Split it into quarter hours.',
    it: 'La riga va da {from} a {until}, che non è un quarto d’ora: si sovrapporrebbe ad altre letture. Dividila in quarti d’ora.',
  },
  'number-unreadable': {
    en: '"{text}" is no number we can read. If its decimal mark is a comma, pass --decimal comma; thousands separators must go.',
    it: '«{text}» non è un numero leggibile. Se il segno decimale è la virgola, passa --decimal comma; i separatori delle migliaia vanno tolti.',
  },
  'quality-unreadable': {
    en: 'The quality "{text}" is unknown. Write measured, substituted, estimated or missing (1, 2, 3, 0).',
    it: 'La qualità «{text}» è sconosciuta. Scrivi measured, substituted, estimated o missing (1, 2, 3, 0).',
  },
  'reading-negative': {
    en: 'The energy {text} is negative. Import and export are each 0 or more: a negative net belongs in the other column.',
    it: 'L’energia {text} è negativa. Prelievo e immissione sono ciascuno 0 o più: un saldo negativo va nell’altra colonna.',
  },
  'reading-too-large': {
    en: '{energyWh} Wh in a quarter hour is {powerKw} kW, and this meter carries at most {mostKw} kW. Is the unit right (Wh, kWh)? Pass --unit.',
    it: '{energyWh} Wh in un quarto d’ora sono {powerKw} kW, e questo contatore ne porta al massimo {mostKw}. L’unità è giusta (Wh, kWh)? Passa --unit.',
  },
  'reading-half': {
    en: 'One direction is empty: the quarter hour counts as missing.',
    it: 'Una direzione è vuota: il quarto d’ora conta come mancante.',
  },
  'reading-repeated': {
    en: 'The same reading was there already: it was counted once.',
    it: 'La stessa lettura c’era già: è stata contata una volta.',
  },
  'reading-contradicts': {
    en: 'This row says {got} Wh (import/export), but line {otherLine} says {had}. Keep the right one.',
    it: 'Questa riga dice {got} Wh (prelievo/immissione), ma la riga {otherLine} dice {had}. Tieni quella giusta.',
  },
  'files-disagree': {
    en: 'This file says {got} Wh (import/export), but {otherFile}, line {otherLine}, says {had}. Import only the right file.',
    it: 'Questo file dice {got} Wh (prelievo/immissione), ma {otherFile}, riga {otherLine}, dice {had}. Importa solo il file giusto.',
  },
  'register-fell': {
    en: 'The register fell from {before} to {after} Wh (import/export): reset, replaced or begun again at 0. {slots} quarter hours until {until} stay missing. If it begins again at 0 by itself, pass --register-wraps-at.',
    it: 'Il registro è sceso da {before} a {after} Wh (prelievo/immissione): azzerato, sostituito o ripartito da 0. {slots} quarti d’ora fino a {until} restano mancanti. Se riparte da 0 da solo, passa --register-wraps-at.',
  },
  'register-gap': {
    en: 'The register was not read until {until}: it rose from {before} to {after} Wh, but nobody knows when. {slots} quarter hours stay missing.',
    it: 'Il registro non è stato letto fino a {until}: è salito da {before} a {after} Wh, ma non si sa quando. {slots} quarti d’ora restano mancanti.',
  },
  'register-jumped': {
    en: 'The register jumped from {before} to {after} Wh, more than this meter can carry. The quarter hour stays missing.',
    it: 'Il registro è saltato da {before} a {after} Wh, più di quanto questo contatore porti. Il quarto d’ora resta mancante.',
  },
} as const satisfies FaultTexts
