' What was done to the golden workbooks that LibreOffice saved: run by
' soffice --headless "macro:///Standard.Module1.Edit(FROM, TO)" and "…Remark(FROM, TO, FILTER)".

Sub Edit(source As String, target As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  doc = StarDesktop.loadComponentFromURL(ConvertToUrl(source), "_blank", 0, hidden())
  doc.unprotect("")
  sheets = doc.Sheets
  For i = 0 To sheets.Count - 1
    sheets.getByIndex(i).unprotect("")
  Next i
  ' rows and columns put in before the first answers, in front of a table's rows and within them
  With sheets.getByName("05 Anlaufstelle")
    .Rows.insertByIndex(3, 2)
    .Columns.insertByIndex(0, 1)
  End With
  With sheets.getByName("02 Personal")
    .Rows.insertByIndex(9, 1)
  End With
  ' a table sorted by its first column, downwards
  Dim range As New com.sun.star.table.CellRangeAddress
  Dim sortField(0) As New com.sun.star.table.TableSortField
  sortField(0).Field = 0 : sortField(0).IsAscending = False
  Dim how(1) As New com.sun.star.beans.PropertyValue
  how(0).Name = "SortFields" : how(0).Value = sortField()
  how(1).Name = "ContainsHeader" : how(1).Value = False
  sheets.getByName("02 Personal").getCellRangeByName("B9:M12").sort(how())
  ' sheets renamed, moved, copied, hidden, deleted
  sheets.getByName("03 Finanzen").Name = "Geld & Gut"
  sheets.moveByName("11 Erläuterungen", 2)
  sheets.copyByName("10 Zielvereinbarung", "Ziele (Kopie)", sheets.Count)
  sheets.getByName("05 Anlaufstelle").isVisible = False
  sheets.removeByName("wir_meta")
  Dim save(0) As New com.sun.star.beans.PropertyValue
  save(0).Name = "FilterName" : save(0).Value = "Calc MS Excel 2007 XML"
  doc.storeToURL(ConvertToUrl(target), save())
  doc.close(True)
End Sub

Sub Remark(source As String, target As String, filter As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  doc = StarDesktop.loadComponentFromURL(ConvertToUrl(source), "_blank", 0, hidden())
  sheet = doc.Sheets.getByName("01 Deckblatt")
  sheet.unprotect("")
  sheet.Annotations.insertNew(sheet.getCellRangeByName("C12").CellAddress, "Stand März")
  sheet.Annotations.insertNew(sheet.getCellRangeByName("C14").CellAddress, "noch klären")
  Dim place As New com.sun.star.awt.Point
  Dim extent As New com.sun.star.awt.Size
  extent.Width = 6000 : extent.Height = 1000
  place.X = 4000 : place.Y = 9000
  shape = doc.createInstance("com.sun.star.drawing.RectangleShape")
  shape.Position = place : shape.Size = extent
  sheet.DrawPage.add(shape)
  shape.String = "siehe Anlage 3"
  Dim save(0) As New com.sun.star.beans.PropertyValue
  save(0).Name = "FilterName" : save(0).Value = filter
  doc.storeToURL(ConvertToUrl(target), save())
  doc.close(True)
End Sub
